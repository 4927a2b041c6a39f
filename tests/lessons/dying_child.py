"""A renderer that ends at its first text."""

import sys

sys.stdin.buffer.readline()
sys.exit(1)
