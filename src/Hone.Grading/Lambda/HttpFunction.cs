namespace Hone.Grading.Lambda;

/// <summary>A grader behind an address: AWS Lambda's array of events is posted, its array of results comes back.</summary>
/// <remarks><c>{"kind":"http","url":"https://…","headers":{"Authorization":{"env":"TOKEN","prefix":"Bearer "}},"batchSize":64,
/// "concurrency":12,"timeout":"60s","reference":"asWritten","publicOnly":false}</c>. Use it where the grader is a service that others run; with
/// <c>publicOnly</c> nothing of this machine or its network is called, whatever the name comes to mean.</remarks>
sealed class HttpFunction(Uri address, IReadOnlyList<RemoteHeader> headers) : RemoteFunction
{
    public override string Name => "http";

    public override Uri Address => address;

    public override IReadOnlyList<string> Secrets { get; } = [.. headers.Where(header => header.IsSecret).Select(header => header.Secret)];

    public override IEnumerable<string> Notes
    {
        get
        {
            yield return $"Prompts, completions and reference answers are sent to {address.GetLeftPart(UriPartial.Path)}.";
            if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && Secrets.Count > 0)
            {
                yield return $"The secrets in the headers travel to {address.Authority} unencrypted; https would protect them.";
            }
        }
    }

    internal static RemoteGrader? Read(GraderForm form)
    {
        string url = form.RequiredText("url", "the address that grades, such as https://example.org/grade");
        var address = url.Length == 0 ? null : RemoteAddress.Read(form, "url", url);
        var headers = RemoteHeader.Read(form);
        var limits = RemoteLimits.Read(form);
        var shape = RemoteLimits.ReadShape(form, ReferenceShape.AsWritten);
        return address is null ? null : new(new HttpFunction(address, headers), limits, shape);
    }

    public override Task Prepare(HttpRequestMessage request, byte[] payload, CancellationToken stop)
    {
        foreach (var header in headers)
        {
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return Task.CompletedTask;
    }
}
