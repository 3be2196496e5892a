"""What is exchanged with a CRM: links, what each side says, and what follows from both."""
