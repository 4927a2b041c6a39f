"""The pictures of docs/pictures, made anew by walking through the product as its guides say."""
