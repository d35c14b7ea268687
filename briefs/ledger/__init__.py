"""What changed, where it is printed, and who has it: answers over editions, finished documents and the record of what went out."""
