using System.Text;

namespace Hone.Grading.Judges;

/// <summary>What is judged: the first choice is worth 0, the last 1, the others lie evenly between.</summary>
public sealed record Criterion(string Name, string Description, double Weight, IReadOnlyList<string> Choices)
{
    public static IReadOnlyList<string> NoYes { get; } = ["no", "yes"];

    internal static Criterion Read(GraderForm form, HashSet<string> names)
    {
        string name = form.RequiredText("name", "a name of the criterion's own, such as \"correct\"");
        if (name.Length > 0 && !names.Add(name))
        {
            form.Problem($"{form.Path}.name is \"{name}\", which a criterion before it has; give each a name of its own.");
        }

        var choices = form.Texts("choices") ?? NoYes;
        if (choices.Count < 2 || choices.Distinct(StringComparer.OrdinalIgnoreCase).Count() < choices.Count)
        {
            form.Problem($"{form.Path}.choices is {form.Show("choices")}, but needs to be two different words or more, the worst first.");
        }

        double weight = form.Number("weight") ?? 1;
        if (!(weight > 0))
        {
            form.Problem($"{form.Path}.weight is {weight}, but needs to be a number above 0; order the choices the other way for what is unwanted.");
        }

        return new(name, form.RequiredText("description", "a sentence that says when the last choice is right"), weight, choices);
    }
}

/// <summary>Weighted criteria, and what else the judge should know.</summary>
public sealed record Rubric(string? Instructions, IReadOnlyList<Criterion> Criteria)
{
    const string Such = """{"name":"correct","description":"The final number is right."}""";

    internal static Rubric? Read(GraderForm form)
    {
        string? instructions = form.Text("instructions");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var criteria = form.List("criteria", Such, inner => Criterion.Read(inner, names));
        return criteria is null ? null : new(instructions, criteria);
    }

    /// <summary>The criteria as a prompt lists them.</summary>
    /// <param name="withChoices">Each is decided by a choice of its own; else its weight is told.</param>
    public string List(bool withChoices)
    {
        var text = new StringBuilder();
        foreach (var criterion in Criteria)
        {
            string aside = withChoices ? string.Join(" / ", criterion.Choices) : $"weight {criterion.Weight:0.###}";
            text.Append($"- {criterion.Name} ({aside}): {criterion.Description}\n");
        }

        return text.ToString();
    }
}
