namespace Hone.Grading.Lambda;

/// <summary>Addresses in settings.</summary>
static class RemoteAddress
{
    /// <summary>An absolute http or https address without a password; null where there is a problem.</summary>
    /// <param name="source">The key or environment variable that says it.</param>
    public static Uri? Read(GraderForm form, string source, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            form.Problem($"{form.Path}.{source} is \"{text}\", but needs to be an address that begins with https:// or http://.");
            return null;
        }

        if (address.UserInfo.Length > 0)
        {
            form.Problem($"{form.Path}.{source} holds a name or password before the host, which would be kept in the run's record; "
                + "send it as a header whose value comes from an environment variable.");
            return null;
        }

        return address;
    }
}
