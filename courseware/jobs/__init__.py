"""Work to be done: a row is the work, a message to a worker only says where to look."""
