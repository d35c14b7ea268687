"""What goes out: mails, copies, and the store that remembers them."""
