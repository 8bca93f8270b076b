"""`python -m studyin` is `studyin`."""

from studyin.cli import main

if __name__ == "__main__":
    main(prog_name="studyin")
