"""Ways to divide the whole base: RFM grids and discovered segments."""
