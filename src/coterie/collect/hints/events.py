"""Words under which people log what was done with products, and the usual names of these events."""

from __future__ import annotations

_WORDS = {
    "Product Viewed": "view, views, viewed, product view, product viewed, view item, view product, viewcontent, view content, pv, detail, product detail, "
    "item view, productview, 浏览, 点击, 查看, 浏览商品, 商品浏览",
    "Product Added": "cart, add to cart, addtocart, added to cart, cart add, add cart, product added, basket, add to basket, addtobasket, 加购, 加入购物车, 加购物车, 购物车",
    "Product Removed": "remove from cart, removefromcart, removed from cart, cart remove, remove cart, product removed, remove from basket, 移出购物车, 删除购物车",
    "Product Added to Wishlist": "wishlist, wish, add to wishlist, addtowishlist, fav, favorite, favourite, 收藏, 加入收藏, 收藏商品",
    "Checkout Started": "checkout, begin checkout, begincheckout, checkout started, initiate checkout, initiatecheckout, start checkout, 结算, 去结算",
    "Products Searched": "search, searched, products searched, product search, 搜索",
}

EVENT_NAMES: dict[str, str] = {word.strip(): name for name, words in _WORDS.items() for word in words.split(",")}
"""Word of a log, lower case and parted by blanks → name of the event."""
