using System.Text.Json;

namespace Hone.Grading.Json;

/// <summary>Reads how fields are compared: for all of them, and for each by its name.</summary>
static class JsonFieldsForm
{
    const string Such = "an object of weights by field, such as {\"total\":2,\"items\":{\"weight\":1,\"lists\":\"set\"}}";

    /// <param name="otherwise">What stands where a key is missing.</param>
    public static JsonMatch Match(GraderForm form, JsonMatch otherwise) => new()
    {
        Text = form.Choice(
            "text",
            Word(otherwise.Text),
            ("exact", ""),
            ("normalized", "case, spacing and closing punctuation make no difference"),
            ("fuzzy", "normalized, with part of the score for small differences")) switch
        {
            "exact" => TextMatch.Exact,
            "fuzzy" => TextMatch.Fuzzy,
            _ => TextMatch.Normalized,
        },
        Tolerance = form.Number("tolerance", 0) ?? otherwise.Tolerance,
        RelativeTolerance = form.Number("relativeTolerance", 0) ?? otherwise.RelativeTolerance,
        ListsAreSets = form.Choice("lists", otherwise.ListsAreSets ? "set" : "ordered", ("ordered", ""), ("set", "the order makes no difference")) == "set",
    };

    /// <returns>Null where the settings name no fields.</returns>
    public static IReadOnlyList<JsonField>? Fields(GraderForm form, JsonMatch otherwise)
    {
        if (form.Any("fields") is not { } fields)
        {
            return null;
        }

        if (fields.ValueKind != JsonValueKind.Object || fields.GetPropertyCount() == 0)
        {
            form.Problem($"{form.Path}.fields is {form.Show("fields")}, but needs to be {Such}.");
            return null;
        }

        return [.. form.Members("fields").Select(member => Field(form, member.Name, member.Value, member.Form, otherwise)).OfType<JsonField>()];
    }

    static JsonField? Field(GraderForm form, string name, JsonElement value, GraderForm? own, JsonMatch otherwise)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double weight) && double.IsFinite(weight) && weight > 0)
        {
            return new(name, weight, otherwise);
        }

        if (own is null)
        {
            form.Problem($"{form.Path}.fields.{name} is {GraderReader.Show(value)}, but needs to be a weight above 0 or an object with one.");
            return null;
        }

        double given = own.Number("weight", 0) ?? 1;
        if (given == 0)
        {
            own.Problem($"{own.Path}.weight is 0, but needs to be above 0; leave the field out where it does not count.");
        }

        var match = Match(own, otherwise);
        own.RefuseUnknown();
        return new(name, given, match);
    }

    static string Word(TextMatch match) => match switch
    {
        TextMatch.Exact => "exact",
        TextMatch.Fuzzy => "fuzzy",
        _ => "normalized",
    };
}
