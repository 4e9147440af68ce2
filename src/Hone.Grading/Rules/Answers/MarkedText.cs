namespace Hone.Grading.Rules.Answers;

/// <summary>A marked part of a text: where the mark begins and ends, and what it marks.</summary>
readonly record struct MarkedText(int Start, int End, string Content);
