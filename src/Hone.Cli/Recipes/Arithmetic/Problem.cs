namespace Hone.Cli.Recipes.Arithmetic;

/// <summary>A word problem with its working in GSM8K form.</summary>
/// <remarks>The chain's last result is the answer. The template key names the sentences of the story, not its name and
/// things; the numbers stand in the order in which they are told.</remarks>
sealed record Problem(
    string Question, IReadOnlyList<Step> Chain, string TemplateKey, IReadOnlyList<int> Numbers, Bucket Bucket)
{
    public int Steps => Chain.Count;

    public int Answer => Chain[^1].Result;

    /// <summary>One line per step, without the closing <c>####</c> line.</summary>
    public string Working { get; } = string.Join('\n', Chain);

    /// <summary>The working and the closing line <c>#### 12</c>.</summary>
    public string WorkedAnswer => $"{Working}\n#### {Answer}";

    /// <summary>What the split is made by: two problems that differ in name and object only have the same key.</summary>
    public string Key => $"{TemplateKey}:{string.Join(',', Numbers)}";
}
