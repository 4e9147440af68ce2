using System.Text.Json.Nodes;

namespace Hone.Server.Accounts;

/// <summary>Scopes in words: read, write, infer, admin.</summary>
public static class KeyScope
{
    static readonly KeyScopes[] _each = [KeyScopes.Read, KeyScopes.Write, KeyScopes.Infer, KeyScopes.Admin];

    /// <exception cref="ApiProblem">A word is none of them.</exception>
    public static KeyScopes Parse(IEnumerable<string> words) => words.Aggregate(KeyScopes.None, (scopes, word) => scopes | Parse(word));

    public static IEnumerable<string> Words(KeyScopes scopes) => _each.Where(scope => (scopes & scope) != 0).Select(Word);

    public static JsonArray ToJson(KeyScopes scopes) => [.. Words(scopes).Select(word => JsonValue.Create(word))];

    static KeyScopes Parse(string word)
    {
        var found = _each.FirstOrDefault(scope => Word(scope) == word);
        return found != KeyScopes.None
            ? found
            : throw ApiProblem.Invalid($"There is no scope \"{Files.FileName.Shown(word)}\"; there are {string.Join(", ", _each.Select(Word))}.", "scopes");
    }

    static string Word(KeyScopes scope) => scope.ToString().ToLowerInvariant();
}
