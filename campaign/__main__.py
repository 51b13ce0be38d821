"""`python -m campaign` is `qichuang`."""

from campaign.cli import main

if __name__ == "__main__":
    main()
