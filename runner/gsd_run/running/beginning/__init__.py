"""Before the first task: plan and repository made ready, a run begun or taken up."""
