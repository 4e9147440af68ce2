using Hone.Models.Encryption;
using Hone.Server.Signing;

namespace Hone.Server.Bedrock.Storage;

/// <summary>Files one behind another; each is opened when its turn comes.</summary>
sealed class JoinedFiles(IReadOnlyList<string> paths) : ReadOnlyBody
{
    int _next;
    Stream? _file;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int read = _file is null ? 0 : await _file.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty || _next == paths.Count)
            {
                return read;
            }

            _file?.Dispose();
            _file = SealedFile.OpenRead(paths[_next++]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _file?.Dispose();
        base.Dispose(disposing);
    }
}
