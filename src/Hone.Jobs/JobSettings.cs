using Hone.Grading;
using Hone.Tensors;
using Hone.Text;
using Hone.Training;

namespace Hone.Jobs;

/// <summary>How a job trains.</summary>
public enum TrainingMethod
{
    /// <summary>The model answers prompts, and a grader says what the answers are worth.</summary>
    Reinforcement,

    /// <summary>The model learns to write the assistant's turns of records as they are.</summary>
    Supervised,
}

/// <summary>A fine-tuning job: the members are the keys of the job file. Paths are absolute once a job file has been read.</summary>
public sealed record JobSettings
{
    /// <summary>Names the run folder.</summary>
    public required string Name { get; init; }

    public TrainingMethod Method { get; init; }

    /// <summary>Folder of the model that is tuned, in Hugging Face's layout.</summary>
    public required string BaseModel { get; init; }

    /// <summary>
    /// Folder of an adapter that training goes on from, as PEFT writes it: its rank, alpha and target modules count, not those of
    /// <see cref="HyperParameters"/>. Null: a new one. The model it is compared with stays <see cref="BaseModel"/>.
    /// </summary>
    public string? StartAdapter { get; init; }

    /// <summary>
    /// Chat template in place of the model's own: the name of one of its others or of one that comes with the program (chatml, gemma, llama2,
    /// llama3, mistral, phi3, plain), or a file that ends in .jinja. Null: the model's own.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>
    /// Tokens that end a completion besides those that the model's own files name, such as "&lt;s&gt;" for a model that learnt to begin the
    /// next text where one is over.
    /// </summary>
    public IReadOnlyList<string> EndTokens { get; init; } = [];

    /// <summary>The prompts that are trained on: a JSONL file, several, or a log of calls.</summary>
    public required DataSource TrainingData { get; init; }

    /// <summary>The prompts that training is watched on. Null: <see cref="ValidationShare"/> of the training prompts is split off by hash.</summary>
    public DataSource? ValidationData { get; init; }

    /// <summary>Share of the training prompts that is split off for validation. Null exactly when <see cref="ValidationData"/> is given.</summary>
    public double? ValidationShare { get; init; }

    /// <summary>Held-out prompts on which base and tuned model are compared at the end.</summary>
    public DataSource? TestData { get; init; }

    /// <summary>What a completion is worth. A supervised job has <see cref="GraderSettings.None"/>.</summary>
    public GraderSettings Grader { get; init; } = GraderSettings.None;

    /// <summary>
    /// A second grader that never trains: its score is kept beside the reward, and the run warns where the reward rises and it does not. Null:
    /// the validation reward is watched in its place.
    /// </summary>
    public GraderSettings? ShadowGrader { get; init; }

    /// <summary>The reward is a seeded coin flip and the grader only watches: what such a run gains was not learnt from the reward.</summary>
    public bool Control { get; init; }

    public TrainingSettings HyperParameters { get; init; } = new();

    /// <summary>Every random number of the run follows from it.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Arithmetic of products with the base model's BF16 weights, in sampling and training alike. bf16 rounds activations and gradients
    /// and is faster; f32 weights are not concerned.
    /// </summary>
    public Compute Compute { get; init; }

    /// <summary>
    /// Memory that the run may use, such as "6GB". Null: 80 % of what the machine has free when the run begins. Changes speed, never a result.
    /// </summary>
    public string? MemoryLimit { get; init; }

    public EvaluationSettings Evaluation { get; init; } = new();

    /// <summary>Every problem at once, in the words of the job file. Looks at values only, not at the disk.</summary>
    public IEnumerable<string> Problems() =>
        NameProblems(Name)
            .Concat(ValidationProblems())
            .Concat(TrainingData.Problems("trainingData"))
            .Concat(ValidationData?.Problems("validationData") ?? [])
            .Concat(TestData?.Problems("testData") ?? [])
            .Concat(Jobs.MemoryLimit.Problems(MemoryLimit))
            .Concat(MethodProblems())
            .Concat(Method == TrainingMethod.Reinforcement ? Grader.Problems("grader", GraderContext.Here with { FilesMustExist = false }) : [])
            .Concat(ShadowGrader?.Problems("shadowGrader", GraderContext.Here with { FilesMustExist = false }) ?? [])
            .Concat(HyperParameters.Problems().Select(problem => "hyperParameters." + problem))
            .Concat(Evaluation.Problems().Select(problem => "evaluation." + problem));

    /// <summary>The tokens that <see cref="EvaluationSettings.BannedFirst"/> begin with.</summary>
    internal int[] BannedTokens(Tokenizer tokenizer) =>
        [.. Evaluation.BannedFirst.Select(text => tokenizer.Encode(text)).Where(tokens => tokens.Length > 0).Select(tokens => tokens[0])];

    internal static IEnumerable<string> NameProblems(string name)
    {
        if (name.Length is 0 or > 64 || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            yield return $"name is '{name}', but needs 1 to 64 letters, digits, '-', '_' or '.', a letter or digit first: it names the run folder.";
        }
    }

    IEnumerable<string> MethodProblems()
    {
        if (Method == TrainingMethod.Supervised && (!Grader.Equals(GraderSettings.None) || ShadowGrader is not null))
        {
            yield return "method is 'supervised', but a grader is given; leave it out: such a job imitates its records.";
        }

        if (Method == TrainingMethod.Supervised && (TrainingData.InvocationLogs ?? ValidationData?.InvocationLogs) is not null)
        {
            yield return "method is 'supervised', but the data are a log of calls; give JSONL files whose records end with the assistant's turn.";
        }
    }

    IEnumerable<string> ValidationProblems()
    {
        if (ValidationData is not null && ValidationShare is not null)
        {
            yield return "validationData and validationShare are both given; keep one: the prompts are either read or split off.";
        }
        else if (ValidationShare is { } share && !(share > 0 && share <= 0.5))
        {
            yield return $"validationShare is {share}, but needs to be above 0 and at most 0.5.";
        }
    }
}

/// <summary>How validation and test prompts are answered.</summary>
public sealed record EvaluationSettings
{
    /// <summary>Completions for each prompt (k).</summary>
    public int SamplesPerPrompt { get; init; } = 1;

    /// <summary>0 takes the likeliest token each time.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Only the first so many prompts of a file are asked. Null: all.</summary>
    public int? MaxPrompts { get; init; }

    /// <summary>Validation prompts that are asked at each evaluation during training. Null: all.</summary>
    public int? MaxValidationPrompts { get; init; }

    /// <summary>
    /// Texts that the base model is kept from beginning an answer with in one more baseline: what it can do when it has to work first.
    /// </summary>
    public IReadOnlyList<string> BannedFirst { get; init; } = [];

    public IEnumerable<string> Problems()
    {
        if (SamplesPerPrompt < 1)
        {
            yield return $"samplesPerPrompt is {SamplesPerPrompt}, but needs 1 or more.";
        }

        if (!(Temperature >= 0 && Temperature <= 10))
        {
            yield return $"temperature is {Temperature}, but needs to be 0 or more and at most 10.";
        }

        if (MaxPrompts < 1)
        {
            yield return $"maxPrompts is {MaxPrompts}, but needs 1 or more; leave it out to ask every prompt.";
        }

        if (MaxValidationPrompts < 1)
        {
            yield return $"maxValidationPrompts is {MaxValidationPrompts}, but needs 1 or more; leave it out to ask every prompt.";
        }
    }
}
