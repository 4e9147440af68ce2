using System.Text.Json;

namespace Hone.Grading.Lambda;

/// <summary>A header of a call. A secret comes from an environment variable: settings are kept in the run's record, it is not.</summary>
sealed record RemoteHeader(string Name, string Value, string Secret)
{
    const string Example = """{"Authorization":{"env":"MY_TOKEN","prefix":"Bearer "}}""";

    static readonly string[] _secretNames = ["authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token", "x-amz-security-token"];
    static readonly string[] _ownNames = ["content-type", "content-length", "content-encoding", "transfer-encoding", "host", "connection", "expect"];

    public bool IsSecret => Secret.Length > 0;

    public override string ToString() => IsSecret ? $"{Name}: ***" : $"{Name}: {Value}";

    public static IReadOnlyList<RemoteHeader> Read(GraderForm form)
    {
        if (form.Any("headers") is not { } headers)
        {
            return [];
        }

        if (headers.ValueKind != JsonValueKind.Object)
        {
            form.Problem($"{form.Path}.headers is {form.Show("headers")}, but needs to be an object such as {Example}.");
            return [];
        }

        return [.. headers.EnumerateObject().Select(header => One(form, header)).OfType<RemoteHeader>()];
    }

    static RemoteHeader? One(GraderForm form, JsonProperty given)
    {
        string place = $"{form.Path}.headers.{given.Name}", name = given.Name;
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            return Problem(form, $"{place} is no name of a header; it needs letters, digits and hyphens.");
        }

        if (_ownNames.Contains(name.ToLowerInvariant()))
        {
            return Problem(form, $"{place} is set by Hone; leave it out.");
        }

        return given.Value.ValueKind switch
        {
            JsonValueKind.Object => FromEnvironment(form, place, given),
            JsonValueKind.String when _secretNames.Contains(name.ToLowerInvariant()) =>
                Problem(form, $"{place} is written out, and settings are kept in the run's record; "
                    + $"put the value into an environment variable and write {{\"env\":\"ITS_NAME\"}}."),
            JsonValueKind.String when IsOneLine(given.Value.GetString()!) => new(name, given.Value.GetString()!, ""),
            _ => Problem(form, $"{place} is {GraderReader.Show(given.Value)}, but needs to be a text on one line or {{\"env\":\"NAME\"}}."),
        };
    }

    static RemoteHeader? FromEnvironment(GraderForm form, string place, JsonProperty given)
    {
        string? variable = TextOf(given.Value, "env"), prefix = TextOf(given.Value, "prefix");
        if (variable is null || given.Value.EnumerateObject().Any(property => property.Name is not ("env" or "prefix")))
        {
            return Problem(form, $"{place} is {GraderReader.Show(given.Value)}, but needs to be {{\"env\":\"NAME\"}}, with \"prefix\" where a word comes before it.");
        }

        if (!form.Context.FilesMustExist)
        {
            return new(given.Name, "", "");
        }

        string? secret = Environment.GetEnvironmentVariable(variable)?.Trim();
        return secret is not { Length: > 0 } ? Problem(form, $"{place} comes from the environment variable {variable}, which is not set; set it before the run.")
            : !IsOneLine(secret) ? Problem(form, $"{place} comes from the environment variable {variable}, which holds more than one line.")
            : new(given.Name, $"{prefix}{secret}", secret);
    }

    static string? TextOf(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && IsOneLine(value.GetString()!) ? value.GetString() : null;

    static bool IsOneLine(string text) => !text.Any(char.IsControl);

    static RemoteHeader? Problem(GraderForm form, string sentence)
    {
        form.Problem(sentence);
        return null;
    }
}
