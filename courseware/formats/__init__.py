"""How dates and numbers are written, per language, where Django's own way is not ours."""
