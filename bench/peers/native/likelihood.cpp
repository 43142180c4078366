// How surprised llama.cpp is by given tokens: the sum of the negative log-likelihoods of those from the FROM-th on.
// Usage: likelihood MODEL prefill|decode THREADS FLASH(0|1) MICRO_BATCH FROM < ids, separated by white space
// With prefill the tokens are one batch, with decode one step each. Prints one JSON object.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <vector>

#include "llama.h"

namespace {

double surprise(const float *logits, int vocabulary, llama_token token) {
    float most = *std::max_element(logits, logits + vocabulary);
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
        sum += std::exp(static_cast<double>(logits[i]) - most);
    }
    return std::log(sum) + most - logits[token];
}

class Batch {
   public:
    explicit Batch(int capacity) : batch_(llama_batch_init(capacity, 0, 1)) {}
    ~Batch() { llama_batch_free(batch_); }
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    void clear() { batch_.n_tokens = 0; }

    void add(llama_token token, int position) {
        int at = batch_.n_tokens++;
        batch_.token[at] = token;
        batch_.pos[at] = position;
        batch_.n_seq_id[at] = 1;
        batch_.seq_id[at][0] = 0;
        batch_.logits[at] = 1;
    }

    bool run(llama_context *context) { return llama_decode(context, batch_) == 0; }

   private:
    llama_batch batch_;
};

// Runs the tokens but the last, `step` at a time, and scores each against the one after it, if that is scored.
bool score(llama_context *context, const std::vector<llama_token> &tokens, int step, int first, double &sum) {
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context)));
    Batch batch(step);
    int last = static_cast<int>(tokens.size()) - 1;
    for (int from = 0; from < last; from += step) {
        int to = std::min(last, from + step);
        batch.clear();
        for (int i = from; i < to; i++) {
            batch.add(tokens[i], i);
        }
        if (!batch.run(context)) {
            return false;
        }
        for (int i = std::max(from, first - 1); i < to; i++) {
            sum += surprise(llama_get_logits_ith(context, i - from), vocabulary, tokens[i + 1]);
        }
    }
    return true;
}

int fail(const char *message) {
    std::fprintf(stderr, "likelihood: %s\n", message);
    return 1;
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 7) {
        return fail("usage: likelihood MODEL prefill|decode THREADS FLASH MICRO_BATCH FROM < ids");
    }
    bool decode = std::strcmp(arguments[2], "decode") == 0;
    int threads = std::atoi(arguments[3]);
    int micro_batch = std::atoi(arguments[5]);
    int first = std::atoi(arguments[6]);
    std::vector<llama_token> tokens;
    for (llama_token token; std::cin >> token;) {
        tokens.push_back(token);
    }
    if (first < 1 || tokens.size() <= static_cast<size_t>(first) || threads < 1 || micro_batch < 1) {
        return fail("found no token from FROM on, or no positive THREADS, MICRO_BATCH and FROM");
    }
    llama_log_set([](ggml_log_level level, const char *text, void *) {
        if (level == GGML_LOG_LEVEL_ERROR) {
            std::fputs(text, stderr);
        }
    }, nullptr);
    llama_backend_init();
    llama_model *model = llama_model_load_from_file(arguments[1], llama_model_default_params());
    if (model == nullptr) {
        return fail("the model could not be read");
    }
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    for (llama_token token : tokens) {
        if (token < 0 || token >= vocabulary) {
            return fail("found a token outside the model's vocabulary");
        }
    }
    llama_context_params settings = llama_context_default_params();
    settings.n_ctx = static_cast<uint32_t>(tokens.size());
    settings.n_batch = static_cast<uint32_t>(tokens.size());
    settings.n_ubatch = static_cast<uint32_t>(micro_batch);
    settings.n_threads = threads;
    settings.n_threads_batch = threads;
    settings.flash_attn_type =
        std::atoi(arguments[4]) != 0 ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
    llama_context *context = llama_init_from_model(model, settings);
    if (context == nullptr) {
        return fail("the context could not be made");
    }
    double sum = 0;
    bool done = score(context, tokens, decode ? 1 : micro_batch, first, sum);
    llama_free(context);
    llama_model_free(model);
    llama_backend_free();
    if (!done) {
        return fail("a batch failed");
    }
    std::printf("{\"predictions\": %zu, \"sum\": %.9g}\n", tokens.size() - static_cast<size_t>(first), sum);
    return 0;
}
