namespace Hone.Server.Accounts;

/// <summary>Marks an endpoint that answers without a key: whether the server lives, and the files of the page.</summary>
public sealed class OpenRoute
{
    OpenRoute()
    {
    }

    public static OpenRoute Mark { get; } = new();

    public static bool Is(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<OpenRoute>() is not null;
}

public static class OpenRoutes
{
    /// <summary>This route needs no key. Only for what says nothing about anybody's data.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(OpenRoute.Mark));
        return route;
    }
}
