using System.Text.Json.Nodes;
using Hone.Jobs.Engine;

namespace Hone.Server.Bedrock.Runtime;

/// <summary>A form of InvokeModel's bodies, after a request was read in it.</summary>
interface IModelBody
{
    GenerateRequest Request { get; }

    JsonObject Whole(WholeAnswer answer);

    /// <summary>What a piece adds to the answer, in the chunks that a stream of this form has.</summary>
    IEnumerable<JsonObject> Chunks(GeneratedPiece piece);
}
