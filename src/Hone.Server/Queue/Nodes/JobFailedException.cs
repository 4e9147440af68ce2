namespace Hone.Server.Queue.Nodes;

/// <summary>The job cannot succeed, whoever tries it again.</summary>
sealed class JobFailedException(string code, string message) : Exception(message)
{
    const int Longest = 2048;

    /// <summary>What the job's owner reads, cut to the length that Bedrock allows.</summary>
    public JobFailure Failure { get; } = new(code, message.Length <= Longest ? message : message[..(Longest - 1)] + "…");
}
