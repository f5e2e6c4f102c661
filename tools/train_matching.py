"""Train the model of the matching core: `python -m tools.train_matching` (needs the extra `train`)."""

from tools.matching_training.training import main

if __name__ == "__main__":
    main()
