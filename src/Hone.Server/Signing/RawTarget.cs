using Microsoft.AspNetCore.Http.Features;

namespace Hone.Server.Signing;

/// <summary>Path and query as they came over the wire, before anything is decoded: what was signed.</summary>
sealed class RawTarget
{
    readonly List<(string Name, string Value)> _query = [];

    public RawTarget(string target)
    {
        // An absolute form, as proxies send it.
        int scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme > 0 && target[0] != '/')
        {
            int slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
        }

        int mark = target.IndexOf('?', StringComparison.Ordinal);
        Path = mark < 0 ? target : target[..mark];
        foreach (string pair in (mark < 0 ? "" : target[(mark + 1)..]).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = pair.Split('=', 2);
            _query.Add((UriText.Decode(sides[0]), sides.Length > 1 ? UriText.Decode(sides[1]) : ""));
        }
    }

    public string Path { get; }

    public static RawTarget Of(HttpContext context) => new(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    /// <summary>The first value of a parameter, decoded.</summary>
    public string? Value(string name) => _query.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault();

    /// <summary>Encoded, sorted by name and then by value, without the signature itself.</summary>
    public string CanonicalQuery() => string.Join('&', _query
        .Where(pair => pair.Name != "X-Amz-Signature")
        .Select(pair => (Name: UriText.Encode(pair.Name), Value: UriText.Encode(pair.Value)))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    /// <summary>
    /// For storage the path itself, each part encoded once; for every other service without empty and dotted parts, and what was encoded for
    /// the wire encoded once more.
    /// </summary>
    public string CanonicalPath(bool storage)
    {
        if (storage)
        {
            return string.Join('/', Path.Split('/').Select(part => UriText.Encode(UriText.Decode(part))));
        }

        List<string> parts = [];
        foreach (string part in Path.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(UriText.Encode(part));
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return "/" + string.Join('/', parts) + (parts.Count > 0 && Path.EndsWith('/') ? "/" : "");
    }
}
