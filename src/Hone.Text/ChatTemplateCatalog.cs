using System.Reflection;

namespace Hone.Text;

/// <summary>The templates that come with the program, for models that have none.</summary>
public static class ChatTemplateCatalog
{
    const string Ending = ".jinja";

    static readonly Assembly _assembly = typeof(ChatTemplateCatalog).Assembly;

    /// <summary>chatml, gemma, llama2 …, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. _assembly.GetManifestResourceNames().Where(name => name.EndsWith(Ending, StringComparison.Ordinal)).Select(name => name[..^Ending.Length]).Order(StringComparer.Ordinal)];

    /// <summary>The template's source; null if there is none of this name.</summary>
    public static string? Find(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        using var reader = new StreamReader(_assembly.GetManifestResourceStream(name + Ending)!);
        return reader.ReadToEnd();
    }
}
