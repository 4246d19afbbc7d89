"""Operations of one forward pass from the shapes of a network's layers.

Numbers in, numbers out. Multiply and add count one each: a multiply-add is 2 FLOP. Activations,
normalizations, biases, softmax and the look-up of embeddings are left out; in the networks of
data/raw/network_flop.csv, which a library counted the same way, all that is left are products.
"""

from __future__ import annotations

from typing import NamedTuple

from compute_trends.estimate.formulas import FLOP_PER_MULTIPLY_ADD


class TransformerCount(NamedTuple):
    """Operations of a transformer per token, and its weights.

    Attributes
    ----------
    forward_flop : float
        All operations of the forward pass: matrix_flop + attention_flop.
    attention_flop : float
        Scores (queries times keys) and weighted sums of the values: what grows with the length of
        the sequence.
    matrix_flop : float
        Products with weights, those of the output layer included: 2 x active_parameters.
    total_parameters, active_parameters : float
        Weights that are multiplied, output layer included: all, and those that one token meets,
        which are fewer in a mixture of experts.
    embedding_parameters : float
        Table in which tokens are looked up, vocabulary x width; in neither of the two. A network
        that shares it with its output layer has total_parameters parameters, any other one
        total_parameters + embedding_parameters.
    """

    forward_flop: float
    attention_flop: float
    matrix_flop: float
    total_parameters: float
    active_parameters: float
    embedding_parameters: float


def transformer_forward_flop(
    *,
    layers: float,
    width: float,
    feed_forward_width: float,
    heads: float,
    sequence_length: float,
    vocabulary: float = 0,
    head_width: float | None = None,
    value_head_width: float | None = None,
    key_value_heads: float | None = None,
    query_rank: float | None = None,
    key_value_rank: float | None = None,
    shared_key_width: float = 0,
    gated: bool = False,
    causal: bool = True,
    experts: float = 1,
    active_experts: float = 1,
    shared_experts: float = 0,
    expert_width: float | None = None,
    dense_layers: float = 0,
) -> TransformerCount:
    """Operations of a transformer's forward pass over one token of a sequence, and its weights.

    Of a stack of layers that attend to their own sequence: a decoder without an encoder, or an
    encoder. Cross-attention to a sequence of the same length is one more such stack, of no
    feed-forward width.

    Parameters
    ----------
    layers, width : float
        Layers, and width of what runs through them (d_model).
    feed_forward_width : float
        Width inside the feed-forward block (d_ff); 0 for none.
    heads, sequence_length : float
        Attention heads of a layer; tokens of a sequence.
    vocabulary : float
        Tokens that the output layer tells apart; 0 leaves output layer and embeddings out.
    head_width, value_head_width : float, optional
        Width of a head's queries and keys (width / heads unless said) and of its values (the same).
    key_value_heads : float, optional
        Heads of keys and values where queries share them (grouped-query attention).
    query_rank, key_value_rank : float, optional
        Width to which queries, and keys and values together, are compressed in between
        (multi-head latent attention).
    shared_key_width : float
        Part of head_width whose keys all heads share and that are not compressed; it carries the
        position in multi-head latent attention.
    gated : bool
        Whether the feed-forward block has a gate: three matrices instead of two (SwiGLU, GEGLU).
    causal : bool
        Whether a token attends only to itself and those before it: half of the scores and sums
        (of a sequence of n, exactly the share (n + 1) / 2 n).
    experts, active_experts : float
        Experts of a layer among which a router chooses, and how many it takes for a token.
    shared_experts : float
        Experts that every token meets besides.
    expert_width : float, optional
        Width inside an expert (feed_forward_width unless said).
    dense_layers : float
        Layers with a feed-forward block instead of experts, in a mixture.

    Raises
    ------
    ValueError
        If a part is larger than the whole: dense_layers than layers, active_experts than
        experts, key_value_heads than heads, shared_key_width than head_width.

    Notes
    -----
    Multiply-adds per token and layer, with width d, heads h of width q (values: v), keys and values
    of k heads, feed-forward width f, n tokens, vocabulary V:

    - queries, keys, values and output: d h q + d k q + d k v + h v d
    - feed-forward block: 2 d f (gated: 3 d f); of a mixture with experts of width e: 2 d e (3 d e)
      for each active and shared one, and d x experts for the router
    - scores and weighted sums: n h (q + v), half of it where causal

    and d V for the output layer. For k = h and q = v = d / h these are the known formulas in FLOP
    per token: 2 N + 2 layers n d, causal (Kaplan et al. 2020, https://arxiv.org/abs/2001.08361,
    table 1); 2 N + 4 layers n d, a third of 6 N + 12 L H Q T (Chowdhery et al. 2022, PaLM,
    https://arxiv.org/abs/2204.02311, appendix B); 24 layers d^2 (1 + n / 6 d) + 2 d V (Narayanan
    et al. 2021, https://arxiv.org/abs/2104.04473, equation 3 without recomputation and backward
    pass); and those of Hoffmann et al. 2022, https://arxiv.org/abs/2203.15556, appendix F, which
    also multiply the embeddings. Multi-head latent attention and shared experts: DeepSeek-AI 2024,
    https://arxiv.org/abs/2412.19437, section 2.1.
    """
    q = width / heads if head_width is None else head_width
    v = q if value_head_width is None else value_head_width
    for part, size, whole, limit in (
        ("dense_layers", dense_layers, "layers", layers),
        ("active_experts", active_experts, "experts", experts),
        ("shared_key_width", shared_key_width, "head_width", q),
        ("key_value_heads", key_value_heads or 0, "heads", heads),
    ):
        if size > limit:
            raise ValueError(f"{part} is {size:g}, expected at most the {whole}, {limit:g}")
    key_value_heads = heads if key_value_heads is None else key_value_heads
    keys_values = key_value_heads * (q - shared_key_width + v)
    attention = (
        _matrix(width, heads * q, query_rank)
        + _matrix(width, keys_values, key_value_rank)
        + width * shared_key_width
        + heads * v * width
    )
    matrices = 3 if gated else 2
    expert = matrices * width * (feed_forward_width if expert_width is None else expert_width)
    mixed = layers - dense_layers if experts > 1 or shared_experts > 0 else 0
    router = width * experts if experts > 1 else 0
    outside = layers * attention + vocabulary * width
    outside += (layers - mixed) * matrices * width * feed_forward_width + mixed * router
    active = outside + mixed * (active_experts + shared_experts) * expert
    seen = sequence_length / 2 if causal else sequence_length
    attention_flop = FLOP_PER_MULTIPLY_ADD * layers * seen * heads * (q + v)
    matrix_flop = FLOP_PER_MULTIPLY_ADD * active
    return TransformerCount(
        forward_flop=matrix_flop + attention_flop,
        attention_flop=attention_flop,
        matrix_flop=matrix_flop,
        total_parameters=outside + mixed * (experts + shared_experts) * expert,
        active_parameters=active,
        embedding_parameters=vocabulary * width,
    )


def _matrix(rows: float, columns: float, rank: float | None) -> float:
    """Weights of a matrix, or of the two thin ones that stand for it."""
    return rows * columns if rank is None else (rows + columns) * rank


def convolution_forward_flop(
    *,
    output_height: float,
    output_width: float,
    in_channels: float,
    out_channels: float,
    kernel_height: float,
    kernel_width: float,
    groups: float = 1,
) -> float:
    """Operations of a convolution on one image.

    Each value of the output is a sum over the kernel and over the input channels of its group:
    2 x height x width x out_channels x (in_channels / groups) x kernel height x kernel width.
    A depthwise convolution has as many groups as input channels; a fully connected layer is a
    convolution of height, width and kernel 1.

    Parameters
    ----------
    output_height, output_width : float
        Size of the output in pixels, after stride and padding.
    in_channels, out_channels : float
        Channels in all, over all groups.
    kernel_height, kernel_width : float
        Size of the kernel.
    groups : float
        Groups into which the channels fall, each convolved for itself.
    """
    weights = out_channels * (in_channels / groups) * kernel_height * kernel_width
    return FLOP_PER_MULTIPLY_ADD * output_height * output_width * weights


def convolution_backward_forward_ratio(*, first_layer: bool = False) -> float:
    """Operations of a convolution's backward pass over those of its forward pass.

    The gradient of the weights and the gradient of the input take the operations of the forward
    pass each: every product of an input value with a weight gives one product for either. This
    holds within groups too, so grouped and depthwise convolutions, and matrices, have the same
    ratio; a counter that finds more has forgotten the groups. Over a whole network it is 2 less
    the first layer's share of the forward pass.

    Parameters
    ----------
    first_layer : bool
        Whether the input is data, of which no gradient is needed.
    """
    return 1.0 if first_layer else 2.0
