using Microsoft.AspNetCore.Http.Metadata;

namespace Hone.Server;

/// <summary>Metadata of a route whose bodies may be longer or shorter than the server's limit; longer ones get 413 when they are read.</summary>
public sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
