namespace Hone.Server.Signing;

/// <summary>A body that throws the problem once it is longer than <paramref name="most"/> bytes.</summary>
sealed class LimitedBody(Stream inner, long most, Func<ApiProblem> problem) : ReadOnlyBody
{
    long _bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        _bytes += read;
        return _bytes <= most ? read : throw problem();
    }
}
