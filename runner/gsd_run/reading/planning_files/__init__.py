"""STATE.md, ROADMAP.md and REQUIREMENTS.md as GSD changes them when a plan is complete."""
