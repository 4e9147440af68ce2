namespace Hone.Server.Signing;

/// <summary>What a signing key is made for: <c>KEY/20260102/us-east-1/bedrock/aws4_request</c>.</summary>
sealed record CredentialScope(string AccessKeyId, string Date, string Region, string Service)
{
    public const string Terminator = "aws4_request";

    /// <summary>The scope without the key's id, as it stands in the string to sign.</summary>
    public string Text => $"{Date}/{Region}/{Service}/{Terminator}";

    public static CredentialScope Parse(string credential)
    {
        string[] parts = credential.Split('/');
        if (parts.Length != 5 || parts.Any(part => part.Length == 0))
        {
            throw SignatureProblem.Incomplete(
                $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'.");
        }

        return parts[4] == Terminator
            ? new(parts[0], parts[1], parts[2], parts[3])
            : throw SignatureProblem.Wrong($"Credential should be scoped with a valid terminator: '{Terminator}', not '{parts[4]}'.");
    }

    /// <summary>Refuses a signature that was made for another day, place or service.</summary>
    /// <param name="time">The time of the request, as it was written.</param>
    public void Require(string time, string region, string service)
    {
        if (!time.StartsWith(Date, StringComparison.Ordinal) || Date.Length != 8)
        {
            throw SignatureProblem.Wrong(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{Date}' != '{time[..8]}', from '{time}'.");
        }

        if (Region != region)
        {
            throw SignatureProblem.Wrong($"Credential should be scoped to a valid region, not '{Region}'. This server is in '{region}'.");
        }

        if (Service != service)
        {
            throw SignatureProblem.Wrong($"Credential should be scoped to correct service: '{service}'.");
        }
    }
}
