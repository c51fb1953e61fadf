"""What it changed: KPIs, campaign readouts, matched comparisons."""
