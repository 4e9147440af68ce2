using Hone.Models.Weights;

namespace Hone.Models.Gguf;

/// <summary>The metadata of a GGUF file, read with its problems collected.</summary>
sealed class GgufKeys(GgufFile file)
{
    readonly List<string> _problems = [];

    /// <summary>Stands before keys that are not general.</summary>
    public string Prefix { get; set; } = "";

    public bool Has(string key) => file.Metadata.ContainsKey(Full(key));

    public bool IsZero(string key) => file.Metadata.GetValueOrDefault(Full(key)) is 0L;

    /// <summary>A problem unless <paramref name="holds"/>.</summary>
    public void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            _problems.Add(Prefix + sentence);
        }
    }

    public string? Text(string key) => file.Metadata.GetValueOrDefault(Full(key)) as string;

    /// <summary>A whole number of 1 or more.</summary>
    public int Size(string key, int? absent = null)
    {
        switch (file.Metadata.GetValueOrDefault(Full(key)))
        {
            case long number and >= 1 and <= int.MaxValue:
                return (int)number;
            case null when absent is { } value:
                return value;
            case var other:
                _problems.Add($"{Full(key)} is {Shown(other)}, expected a whole number of 1 or more.");
                return 1;
        }
    }

    /// <summary>The token that a key of the tokenizer names, if the file has it.</summary>
    public int? Token(string key, int vocabularySize)
    {
        switch (file.Metadata.GetValueOrDefault(key))
        {
            case long id when id >= 0 && id < vocabularySize:
                return (int)id;
            case null:
                return null;
            case var other:
                _problems.Add($"{key} is {Shown(other)}, expected a token of the vocabulary, 0 to {vocabularySize - 1}.");
                return null;
        }
    }

    /// <summary>A number above 0.</summary>
    public double Number(string key, double? absent = null)
    {
        switch (file.Metadata.GetValueOrDefault(Full(key)))
        {
            case double number when (float)number > 0 && float.IsFinite((float)number):
                return number;
            case null when absent is { } value:
                return value;
            case var other:
                _problems.Add($"{Full(key)} is {Shown(other)}, expected a number above 0.");
                return 1;
        }
    }

    /// <exception cref="ModelFileException">With every problem at once.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new ModelFileException(file.Path, _problems);
        }
    }

    string Full(string key) => key.StartsWith("general.", StringComparison.Ordinal) ? key : Prefix + key;

    static string Shown(object? value) => value switch
    {
        null => "missing",
        object[] items => $"a list of {items.Length}",
        _ => value.ToString()!,
    };
}
