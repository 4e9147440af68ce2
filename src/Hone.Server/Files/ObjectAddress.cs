using System.Text.RegularExpressions;

namespace Hone.Server.Files;

/// <summary>s3://BUCKET/KEY in parts. The key may be empty, and ends in '/' where all below it is meant.</summary>
sealed partial record ObjectAddress(string Bucket, string Key)
{
    const string Scheme = "s3://";
    const int LongestKey = 1024;

    public bool IsFolder => Key.Length == 0 || Key.EndsWith('/');

    /// <exception cref="ApiProblem">Not such an address, or a key that names a place outside of its bucket.</exception>
    public static ObjectAddress Parse(string uri)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw Bad(uri, "does not begin with s3://");
        }

        string[] parts = uri[Scheme.Length..].Split('/', 2);
        var address = new ObjectAddress(parts[0], parts.Length > 1 ? parts[1] : "");
        string? problem = address switch
        {
            _ when !BucketName().IsMatch(address.Bucket) || address.Bucket.Contains("..", StringComparison.Ordinal) =>
                "does not name a bucket: 3 to 63 of [a-z0-9.-]",
            { Key.Length: > LongestKey } => $"has a key of more than {LongestKey} characters",
            _ when address.Key.Any(letter => char.IsControl(letter) || letter is '\\') => "holds a control character or a backslash",
            _ when address.Segments.Any(segment => segment is "" or "." or "..") => "holds an empty part, \".\" or \"..\"",
            _ => null,
        };
        return problem is null ? address : throw Bad(uri, problem);
    }

    /// <summary>The key between its slashes; none for the bucket itself.</summary>
    public IReadOnlyList<string> Segments => Key.Length == 0 ? [] : Key[..(Key.EndsWith('/') ? ^1 : ^0)].Split('/');

    public string With(string key) => $"{Scheme}{Bucket}/{key}";

    public override string ToString() => With(Key);

    static ApiProblem Bad(string uri, string problem) => ApiProblem.Invalid($"The address {FileName.Shown(uri)} {problem}.", "s3Uri");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();
}
