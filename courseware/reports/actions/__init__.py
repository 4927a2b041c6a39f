"""What reporting itself leaves behind: who took what out."""
