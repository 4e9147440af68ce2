namespace Hone.Jobs.Engine;

/// <summary>A run to begin, or to go on with if its folder is a run already.</summary>
public sealed record TrainRequest
{
    /// <summary>Absolute path.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The job file that the run begins with; its relative paths are relative to it. Not read for a run that exists.</summary>
    public required string JobFile { get; init; }

    /// <summary>Go on although this machine computes in another instruction-set tier than the run began with. The run says so.</summary>
    public bool AllowOtherMachine { get; init; }
}

/// <summary>Where a run stands.</summary>
/// <param name="Kind">"phase" (Text: what it does next), "step", "evaluation", "warning".</param>
/// <param name="Step">Steps that are done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Text">The phase, the evaluation's name, the warning's sentence, or empty.</param>
public sealed record TrainingNews(string Kind, int Step, int Steps, string Text);
