/**
 * Each kind of grader as the client types it, with the rewards of two answers to an item whose reference is 4; null: any.
 * A multi grader of several has no type in the client, though OpenAI's guide writes it: its graders are typed as one.
 */
export function graders(model) {
  const template = { input: "{{sample.output_text}}", reference: "{{item.reference_answer}}" };
  const exact = { type: "string_check", name: "exact", ...template, operation: "eq" };
  const python = {
    type: "python", name: "python", image_tag: "2025-05-08",
    source: "def grade(sample, item):\n    return 1.0 if sample['output_text'].strip() == item['reference_answer'] else 0.25\n",
  };
  const similar = { type: "text_similarity", name: "similar", ...template, evaluation_metric: "fuzzy_match" };
  const judge = {
    type: "score_model", name: "judge", model, range: [0, 1],
    input: [{ role: "user", type: "message", content: "Is {{sample.output_text}} equal to {{item.reference_answer}}? Answer 1 or 0." }],
    sampling_params: { temperature: 0, seed: 1, top_p: 1, max_completions_tokens: 16 },
  };
  return [
    { grader: exact, rewards: { 4: 1, 5: 0 } },
    { grader: python, rewards: { 4: 1, 5: 0.25 } },
    { grader: similar, rewards: { 4: 1 } },
    { grader: judge, rewards: { 4: null } },
    { grader: { type: "multi", name: "one", calculate_output: "0.5 * exact", graders: exact }, rewards: { 4: 0.5, 5: 0 } },
    { grader: { type: "multi", name: "two", calculate_output: "(exact + similar) / 2", graders: { exact, similar } }, typedAs: null, rewards: { 4: 1 } },
  ];
}
