namespace Hone.Grading.OpenAi;

/// <summary>OpenAI's <c>string_check</c>: 1 where input and reference relate as the operation says, else 0.</summary>
/// <remarks>
/// <para>eq: they are equal. ne: they are not. like: the input contains the reference. ilike: it does so whatever their case. Texts are
/// compared character by character; nothing is trimmed. <c>neq</c> is taken for ne.</para>
/// <para>When to use it: answers that are one word or label, or parts of JSON answers and tool calls. To contain an empty text says nothing:
/// 0 where the completion gave it, a fault where the record did.</para>
/// </remarks>
public sealed class StringCheckGrader : IGrader
{
    readonly TemplatePair _texts;
    readonly string _operation;

    StringCheckGrader(TemplatePair texts, string operation) => (_texts, _operation) = (texts, operation);

    internal static StringCheckGrader? Read(GraderForm form)
    {
        form.Text("name");
        var texts = TemplatePair.Read(form);
        if (!form.Has("operation"))
        {
            form.Problem($"{form.Path}.operation is missing; it needs to be eq, ne, like or ilike.");
        }

        string operation = form.Choice(
            "operation", "eq", ("eq", "equal"), ("ne", "not equal"), ("like", "contains"), ("ilike", "contains, in any case"), ("neq", "as ne"));
        return texts is null ? null : new(texts, operation);
    }

    public Task<IReadOnlyList<Grade>> Grade(IReadOnlyList<GradingItem> items, CancellationToken stop) =>
        Task.FromResult<IReadOnlyList<Grade>>([.. items.Select(item => _texts.Grade(item, Check))]);

    (double? Score, string Reason, Metric[] Metrics) Check(string input, string reference)
    {
        if (reference.Length == 0 && _operation is "like" or "ilike")
        {
            return _texts.ReferenceReadsSample
                ? (0, "The reference is empty, and every text contains that.", [])
                : (null, "the reference is empty, and every text contains that.", []);
        }

        bool holds = _operation switch
        {
            "eq" => input == reference,
            "like" => input.Contains(reference, StringComparison.Ordinal),
            "ilike" => input.Contains(reference, StringComparison.OrdinalIgnoreCase),
            _ => input != reference,
        };
        return (holds ? 1 : 0, $"{Shorten(input)} {_operation} {Shorten(reference)}: {(holds ? "yes" : "no")}.", []);
    }

    static string Shorten(string text) => text.Length <= 60 ? $"\"{text}\"" : $"\"{text[..60]}…\"";
}
