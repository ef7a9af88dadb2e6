"""Commands that look at plans, trees and runs without carrying a plan out."""
