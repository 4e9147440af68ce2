namespace Hone.Tensors;

/// <summary>What random numbers are drawn for: each purpose has its own stream of a seed.</summary>
public static class RandomPurpose
{
    public const uint AdapterStart = 1;
    public const uint Completions = 2;
    public const uint PromptOrder = 3;
    public const uint ModelStart = 4;
    public const uint Evaluation = 5;
    public const uint PromptRest = 6;
    public const uint Judge = 7;
}
