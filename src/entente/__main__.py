"""`python -m entente`: the command line without an installed script."""

from entente.cli import main

if __name__ == "__main__":
    main()
