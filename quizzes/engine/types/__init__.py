"""The question types, one file each; `quizzes.engine.registry` lists them."""
