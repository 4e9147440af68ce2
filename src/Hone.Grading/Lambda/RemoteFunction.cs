namespace Hone.Grading.Lambda;

/// <summary>A function outside this machine that grades: an array of events in, an array of results out, over HTTP POST.</summary>
abstract class RemoteFunction
{
    /// <summary>Boundary of its faults.</summary>
    public abstract string Name { get; }

    public abstract Uri Address { get; }

    /// <summary>What a person should know before a run.</summary>
    public abstract IEnumerable<string> Notes { get; }

    /// <summary>Texts that must not come back out of an answer into a record.</summary>
    public virtual IReadOnlyList<string> Secrets => [];

    /// <summary>Adds what this function wants to see beside the body: headers, a signature.</summary>
    /// <exception cref="RemoteRefusal">The call cannot be made.</exception>
    public abstract Task Prepare(HttpRequestMessage request, byte[] payload, CancellationToken stop);

    /// <summary>The body of an answer with a status of success; a function may use it to say that it failed.</summary>
    public virtual RemoteAnswer Read(HttpResponseMessage response, string body) => RemoteAnswer.Of(body);

    /// <summary>What an answer with a status of failure says.</summary>
    public virtual string Explain(HttpResponseMessage response, string body) => body;
}

/// <summary>A call that cannot be made, as a sentence; trying again does not help.</summary>
sealed class RemoteRefusal(string sentence) : Exception(sentence);
