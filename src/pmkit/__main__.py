"""`python -m pmkit`: the program, where its name is not on the path."""

from pmkit.cli.run import program

if __name__ == "__main__":
    program()
