using System.Threading.Channels;
using Hone.Grading.Judges.Chat;
using Hone.Models.Weights;
using Hone.Tensors;
using Hone.Text;

namespace Hone.Training.Judging;

/// <summary>A model folder as a judge. It is opened at the first question and its weights never change.</summary>
/// <remarks>
/// <para>Questions that wait are answered side by side; an answer does not depend on which others there are. Marks of the chat format inside a
/// message are spelled out: nobody speaks in another's place.</para>
/// <para>Where reasons are asked for, the answer is written freely, up to the end of its JSON object. Without reasons, and where a free answer could
/// not be read, each verdict is the choice that the model holds likeliest (<see cref="ForcedVerdicts"/>), so that any model can judge.</para>
/// </remarks>
public sealed class LocalChatModel : IChatModel
{
    /// <summary>Questions that are answered side by side.</summary>
    public const int Together = 16;

    readonly string _folder;
    readonly Device _device;
    readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    readonly Lock _gate = new();
    readonly CancellationTokenSource _closed = new();
    Task? _work;
    bool _isDisposed;

    public LocalChatModel(string folder, Device device)
    {
        (_folder, _device) = (folder, device);
        Id = $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} ({FolderMark.Of(folder)})";
    }

    public string Id { get; }

    /// <summary>On a device of its own, so that judge and run do not share what a device keeps.</summary>
    public static LocalChatModel Open(string folder) => new(folder, new CpuDevice());

    public Task<ChatReply> Ask(ChatCall call, CancellationToken stop)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _work ??= Task.Run(Work, CancellationToken.None);
        }

        var waiting = new Waiting(call, stop);
        _waiting.Writer.TryWrite(waiting);
        return waiting.Answer.Task.WaitAsync(stop);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _closed.Cancel();
            _waiting.Writer.TryComplete();
        }

        await (_work ?? Task.CompletedTask).ConfigureAwait(false);
        _closed.Dispose();
    }

    async Task Work()
    {
        LocalAnswers? answers = null;
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            List<Waiting> batch = [];
            while (batch.Count < Together && _waiting.Reader.TryRead(out var one))
            {
                batch.Add(one);
            }

            batch.RemoveAll(one => one.Stop.IsCancellationRequested || _closed.IsCancellationRequested);
            try
            {
                answers ??= new(LanguageModel.Load(_folder, _device));
                answers.Give(batch);
            }
            catch (Exception e)
            {
                bool isOurs = e is ModelFileException or TokenizerException or ChatTemplateException;
                string message = isOurs ? e.Message : $"{e.GetType().Name}: {e.Message}";
                batch.ForEach(one => one.Answer.TrySetException(new ChatException("judge", $"the model in {_folder} does not answer: {message}")));
            }
        }

        answers?.Dispose();
    }

    /// <summary>A question and where its answer goes.</summary>
    internal sealed record Waiting(ChatCall Call, CancellationToken Stop)
    {
        public TaskCompletionSource<ChatReply> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
