using Hone.Grading.Judges.Chat;

namespace Hone.Grading.Judges;

/// <summary>How completions are shown to a judge.</summary>
public enum JudgeMode
{
    /// <summary>Each alone, by criteria.</summary>
    Pointwise,

    /// <summary>Two of a group at a time, in both orders.</summary>
    Pairwise,

    /// <summary>The whole group in one question.</summary>
    Ranking,
}

/// <summary>A judge, as a job describes it.</summary>
public sealed record JudgeSettings
{
    const string RubricSuch = """{"criteria":[{"name":"correct","description":"The final number is right."}]}""";

    public JudgeMode Mode { get; init; }
    public required Rubric Rubric { get; init; }

    /// <summary>A reason stands before each verdict. Without, a model on this machine is asked for the verdicts alone, which any model can give.</summary>
    public bool Reasons { get; init; } = true;

    /// <summary>The judge sees the chain of thought before <c>&lt;/think&gt;</c>.</summary>
    public bool ShowReasoning { get; init; }

    /// <summary>The judge sees the reference answer where there is one.</summary>
    public bool ShowReference { get; init; } = true;

    /// <summary>Characters of a completion that the judge sees; of a longer one the middle is left out.</summary>
    public int LongestAnswer { get; init; } = 40_000;

    /// <summary>Times that each question is asked; their mean counts.</summary>
    public int Votes { get; init; } = 1;

    /// <summary>Pairwise: others of the group that each completion is compared with. Null: all.</summary>
    public int? Opponents { get; init; }

    /// <summary>Ranking: completions in one question at most.</summary>
    public int PerCall { get; init; } = 8;

    public ChatSettings Chat { get; init; } = new();

    internal static JudgeSettings? Read(GraderForm form)
    {
        var mode = Enum.Parse<JudgeMode>(
            form.Choice("mode", "pointwise", ("pointwise", "each alone"), ("pairwise", "two at a time"), ("ranking", "a group at once")), ignoreCase: true);
        if (!form.Has("rubric"))
        {
            form.Problem($"{form.Path}.rubric is missing; it needs to be an object such as {RubricSuch}.");
        }

        var rubric = form.Object("rubric", RubricSuch, Rubric.Read);
        var settings = new JudgeSettings
        {
            Mode = mode,
            Rubric = rubric ?? new(null, []),
            Reasons = form.Flag("reasons", true),
            ShowReasoning = form.Flag("showReasoning"),
            ShowReference = form.Flag("showReference", true),
            LongestAnswer = form.Integer("longestAnswer", 100) ?? 40_000,
            Votes = form.Integer("votes", 1, 32) ?? 1,
            Opponents = mode == JudgeMode.Pairwise ? form.Integer("opponents", 2) : null,
            PerCall = mode == JudgeMode.Ranking ? form.Integer("perCall", 2, 26) ?? 8 : 8,
            Chat = new()
            {
                Temperature = form.Number("temperature", 0, 10) ?? 0,
                TopP = form.Number("topP", 0, 1),
                MaxTokens = form.Integer("maxTokens", 1) ?? 1024,
                Seed = form.Integer("seed"),
                ReasoningEffort = form.Text("reasoningEffort"),
            },
        };
        if (settings.Votes > 1 && settings.Chat.Temperature == 0)
        {
            form.Problem($"{form.Path}.votes is {settings.Votes}, but at temperature 0 every vote is the same; set {form.Path}.temperature, such as 0.7, or leave votes out.");
        }

        return rubric is null ? null : settings;
    }
}
