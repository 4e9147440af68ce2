using System.Globalization;
using System.Text.Json;

namespace Hone.Text.Sources;

/// <summary>What tokenizer_config.json, added_tokens.json and special_tokens_map.json say about the tokens beside a vocabulary.</summary>
sealed class SpecialTokenFiles
{
    const string Default = "<|endoftext|>";

    // Those with a default stand for it where no file names them.
    static readonly (string Name, bool HasDefault)[] _names =
    [
        ("bos_token", false), ("eos_token", true), ("unk_token", true), ("pad_token", false), ("sep_token", false), ("cls_token", false), ("mask_token", false),
    ];

    readonly Dictionary<string, JsonElement> _configuration;
    readonly Dictionary<string, JsonElement> _map;
    readonly Dictionary<string, AddedToken> _tokens = new(StringComparer.Ordinal);
    readonly IReadOnlyDictionary<string, int> _vocabulary;
    int _next;

    public SpecialTokenFiles(string folder, IReadOnlyDictionary<string, int> vocabulary)
    {
        _vocabulary = vocabulary;
        _next = 1 + vocabulary.Values.DefaultIfEmpty(-1).Max();
        _configuration = Members(Path.Combine(folder, "tokenizer_config.json"));
        _map = Members(Path.Combine(folder, "special_tokens_map.json"));
        foreach (var (id, token) in JsonFields.AsMembers(_configuration.GetValueOrDefault("added_tokens_decoder", _nothing), "added_tokens_decoder"))
        {
            Add(Described(token, $"added_tokens_decoder['{id}']", IdOf(id)));
        }

        foreach (var (content, id) in Members(Path.Combine(folder, "added_tokens.json")))
        {
            if (!_tokens.ContainsKey(content))
            {
                Add(new(TokenId.Read(id, $"added_tokens.json['{content}']"), content) { Normalized = true });
            }
        }

        foreach (var (name, hasDefault) in _names)
        {
            AddSpecial(Named(name, hasDefault));
        }

        if (Find("additional_special_tokens") is { ValueKind: not JsonValueKind.Null } more)
        {
            foreach (var token in JsonFields.AsItems(more, "additional_special_tokens"))
            {
                AddSpecial(Content(token, "additional_special_tokens"));
            }
        }

        Before = Around("add_bos_token", "bos_token");
        After = Around("add_eos_token", "eos_token");
    }

    public IReadOnlyList<AddedToken> Tokens => [.. _tokens.Values.OrderBy(token => token.Id)];

    public int[] Before { get; }

    public int[] After { get; }

    public bool AddsPrefixSpace => Flag("add_prefix_space");

    public string? TokenizerClass => Text(_configuration, "tokenizer_class");

    public static string? ModelType(string folder) => Text(Members(Path.Combine(folder, "config.json")), "model_type");

    static string? Text(Dictionary<string, JsonElement> members, string name) =>
        members.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonFields.AsText(value, name) : null;

    static readonly JsonElement _nothing = JsonDocument.Parse("{}").RootElement;

    static Dictionary<string, JsonElement> Members(string file) => !File.Exists(file) ? [] : TokenizerSource.Reading(file, () =>
    {
        using var json = JsonDocument.Parse(TokenizerSource.Bytes(file));
        return JsonFields.AsMembers(json.RootElement.Clone(), "the file").DistinctBy(member => member.Name).ToDictionary(StringComparer.Ordinal);
    });

    bool Flag(string name) => _configuration.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.True;

    int[] Around(string flag, string name)
    {
        if (!Flag(flag) || Named(name, hasDefault: true) is not { } content)
        {
            return [];
        }

        return _tokens.TryGetValue(content, out var token)
            ? [token.Id]
            : throw new TokenizerException($"{flag} is true, but no file says which token {name} is.");
    }

    JsonElement? Find(string name) =>
        _configuration.TryGetValue(name, out var value) || _map.TryGetValue(name, out value) ? value : null;

    string? Named(string name, bool hasDefault) => Find(name) switch
    {
        null => hasDefault ? Default : null,
        { ValueKind: JsonValueKind.Null } => null,
        { } token => Content(token, name),
    };

    static string Content(JsonElement token, string path) =>
        token.ValueKind == JsonValueKind.Object ? new JsonFields(token, path).Text("content") : JsonFields.AsText(token, path);

    static int IdOf(string key) => int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < TokenId.Most
        ? id
        : throw new TokenizerException($"added_tokens_decoder has '{key}', but needs token ids below {TokenId.Most}.");

    static AddedToken Described(JsonElement element, string path, int id)
    {
        var fields = new JsonFields(element, path);
        return AddedToken.Read(fields, id);
    }

    void Add(AddedToken token)
    {
        _tokens[token.Content] = token;
        _next = Math.Max(_next, token.Id + 1);
    }

    // A special token that has no id yet gets the next one.
    void AddSpecial(string? content)
    {
        if (content is null)
        {
            return;
        }

        if (_tokens.TryGetValue(content, out var known))
        {
            Add(known with { Special = true, Normalized = known.Normalized && known.Special });
        }
        else
        {
            Add(new(_vocabulary.TryGetValue(content, out int id) ? id : _next, content) { Special = true });
        }
    }
}
