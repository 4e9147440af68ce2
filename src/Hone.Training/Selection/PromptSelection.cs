namespace Hone.Training.Selection;

/// <summary>Which prompts a pass over the training data draws.</summary>
public enum PromptSelection
{
    /// <summary>Prompts whose completions all got the same reward rest for a while: they carried no gradient.</summary>
    Difficulty,

    /// <summary>Every prompt once in each pass.</summary>
    Uniform,
}
